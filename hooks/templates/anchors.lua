-- pandoc's EPUB writer leads links from one chapter's file to another only where the anchor is that of a block.

if not FORMAT:match("epub") then
  return {}
end

local function wrapped(element)
  if element.identifier ~= "" then
    local anchor = element.identifier
    element.identifier = ""
    return pandoc.Div({ element }, { id = anchor })
  end
end

return { { Figure = wrapped, Table = wrapped } }
