-- What the screen marks with HTML that paper has to be told in pandoc's own terms.

-- Raw HTML cannot be printed; all that the macros write is in elements that pandoc reads.
function RawBlock(raw)
  if raw.format:match("html") then
    error("HTML that cannot be printed: " .. raw.text:sub(1, 80))
  end
end

function RawInline(raw)
  if raw.format:match("html") then
    error("HTML that cannot be printed: " .. raw.text:sub(1, 80))
  end
end

-- A number's title holds its source on the screen; on paper the citation beside it does.
function Span(span)
  span.attributes.title = nil
  span.attributes.markdown = nil
  if span.classes:includes("no-rl") then  -- a badge on the screen
    return { pandoc.Str("("), pandoc.Emph(span.content), pandoc.Str(")") }
  end
  if span.classes:includes("unreported") or span.classes:includes("doubt") then
    return pandoc.Emph(span.content)
  end
  return span
end

-- A display formula with the number that the text refers to.
function Div(div)
  if div.classes:includes("equation") then
    local number = '#numbered("' .. div.attributes.number .. '")['
    div.content:insert(1, pandoc.RawBlock("typst", number))
    div.content:insert(pandoc.RawBlock("typst", "]"))
    div.attributes = {}
    return div
  end
end
