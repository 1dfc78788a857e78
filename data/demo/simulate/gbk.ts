// The platform decodes GBK but only encodes UTF-8: the table is turned round once.
let codes: Map<string, number> | undefined

function encodingTable(): Map<string, number> {
  const decoder = new TextDecoder('gbk')
  const pairs = new Uint8Array(2)
  const table = new Map<string, number>()
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      pairs[0] = lead
      pairs[1] = trail
      const text = decoder.decode(pairs)
      if (text.length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, (lead << 8) | trail)
    }
  }
  return table
}

/** Text in GBK. Throws a RangeError on a character that GBK does not have. */
export function encodeGbk(text: string): Uint8Array {
  codes ??= encodingTable()
  const bytes = new Uint8Array(text.length * 2)
  let length = 0
  for (const character of text) {
    const point = character.codePointAt(0) as number
    if (point < 0x80) {
      bytes[length++] = point
      continue
    }
    const code = codes.get(character)
    if (code === undefined) throw new RangeError(`GBK has no U+${point.toString(16)}`)
    bytes[length++] = code >> 8
    bytes[length++] = code & 0xff
  }
  return bytes.subarray(0, length)
}
