/** Encodes a text the way a broker's system does: the inverse of the platform's decoder. */
export function encode(text: string, label: string): Buffer {
  const table = tableOf(label)
  return Buffer.concat(
    [...text].map((letter) => {
      const bytes = table.get(letter)
      if (!bytes) throw new Error(`${letter} is not in ${label}`)
      return bytes
    }),
  )
}

const tables = new Map<string, Map<string, Buffer>>()

/** All one-byte and two-byte sequences of an encoding, by the letter they stand for. */
function tableOf(label: string): Map<string, Buffer> {
  const known = tables.get(label)
  if (known) return known
  const table = new Map<string, Buffer>()
  const decoder = new TextDecoder(label)
  const add = (...bytes: number[]) => {
    const letter = decoder.decode(Uint8Array.from(bytes))
    if ([...letter].length === 1 && letter !== '\uFFFD' && !table.has(letter))
      table.set(letter, Buffer.from(bytes))
  }
  for (let one = 0; one < 256; one++) add(one)
  if (label !== 'windows-1252') {
    for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x30; trail < 0xff; trail++) add(lead, trail)
  }
  tables.set(label, table)
  return table
}
