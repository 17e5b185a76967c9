-- A chapter printed alone keeps the text of its links to the others; in the whole book each link must lead somewhere.
-- For Typst a link within the book is an address of its own kind; hooks/places.py says why, and where it leads.

local known, alone = {}, false

local function anchor(element)
  if element.identifier ~= "" then
    known[element.identifier] = true
  end
end

local function link(element)
  local target = element.target:match("^#(.+)$")
  local key = target and target:match("^ref%-(.+)$")
  if key and FORMAT == "latex" then  -- natbib's own name for the place
    local shown = pandoc.Inlines({ pandoc.RawInline("latex", "\\hyperlink{cite." .. key .. "}{") })
    shown:extend(element.content)
    shown:insert(pandoc.RawInline("latex", "}"))
    return shown
  end
  if target and alone and not known[target] then
    return element.content
  end
  if target and FORMAT == "typst" then  -- the chapters come one by one, and Typst tells of links that lead nowhere
    element.target = "place:" .. target
    return element
  end
  if target and not known[target] and not key then
    error("a link leads to '" .. target .. "', which is not in the document")
  end
end

return {
  {
    Meta = function(meta)
      alone = pandoc.utils.stringify(meta.chapter or "") ~= ""
    end,
  },
  { Header = anchor, Div = anchor, Span = anchor, Figure = anchor, Table = anchor, Link = anchor, CodeBlock = anchor },
  { Link = link },
}
