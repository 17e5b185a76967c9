-- A display formula with the number that the text refers to, as each format writes it.

function Div(div)
  if not div.classes:includes("equation") then
    return nil
  end
  local number = div.attributes.number
  div.attributes = {}
  if FORMAT == "typst" then
    div.content:insert(1, pandoc.RawBlock("typst", '#numbered("' .. number .. '")['))
    div.content:insert(pandoc.RawBlock("typst", "]"))
  elseif FORMAT == "latex" then
    div = div:walk({
      Math = function(math)
        math.text = math.text .. " \\tag{" .. number .. "}"
        return math
      end,
    })
  else
    div = div:walk({
      Para = function(para)
        para.content:insert(pandoc.Span({ pandoc.Space(), pandoc.Str("(" .. number .. ")") }, { class = "number" }))
        return para
      end,
    })
  end
  return div
end
