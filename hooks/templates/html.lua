-- Raw HTML cannot be printed; all that the macros write is in elements that pandoc reads.

local function refuse(raw)
  if raw.format:match("html") then
    error("HTML that cannot be printed: " .. raw.text:sub(1, 80))
  end
end

return { { RawBlock = refuse, RawInline = refuse } }
