-- What the screen marks with colour or a badge is set in italics on paper.

function Span(span)
  span.attributes.title = nil  -- a number's source, which on paper the citation beside it names
  span.attributes.markdown = nil
  if span.classes:includes("no-rl") then
    return { pandoc.Str("("), pandoc.Emph(span.content), pandoc.Str(")") }
  end
  if span.classes:includes("unreported") or span.classes:includes("doubt") then
    return pandoc.Emph(span.content)
  end
  return span
end
