-- A table of many columns stands on pages turned sideways, where its words are not broken into syllables.

local COLUMNS = 8

function Table(element)
  if #element.colspecs < COLUMNS then
    return nil
  end
  if FORMAT == "typst" then
    return { pandoc.RawBlock("typst", "#page(flipped: true)["), element, pandoc.RawBlock("typst", "]") }
  elseif FORMAT == "latex" then
    return { pandoc.RawBlock("latex", "\\begin{landscape}"), element, pandoc.RawBlock("latex", "\\end{landscape}") }
  end
end
