import { crc32, deflateRawSync } from 'node:zlib'

/** 1 January 2000, 00:00, as archives keep it: the same files always give the same bytes. */
const stampedDate = ((2000 - 1980) << 9) | (1 << 5) | 1

const utf8Names = 0x0800
const deflated = 8
const version = 20

/** A ZIP archive (PKWARE APPNOTE) of texts, deflated. For archives below 4 GB. */
export function zip(files: Record<string, string>): Uint8Array {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    const body = deflateRawSync(content, { level: 6 })
    const path = Buffer.from(name)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(version, 0)
    facts.writeUInt16LE(utf8Names, 2)
    facts.writeUInt16LE(deflated, 4)
    facts.writeUInt16LE(0, 6)
    facts.writeUInt16LE(stampedDate, 8)
    facts.writeUInt32LE(crc32(content), 10)
    facts.writeUInt32LE(body.length, 14)
    facts.writeUInt32LE(content.length, 18)
    facts.writeUInt16LE(path.length, 22)
    bodies.push(signature('PK\x03\x04'), facts, path, body)
    // The directory repeats the facts between the version of its maker and the place of the body.
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(signature('PK\x01\x02'), word(version), facts, tail, path)
    offset += 4 + facts.length + path.length + body.length
  }
  const entries = Object.keys(files).length
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries, 4)
  end.writeUInt16LE(entries, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...bodies, list, signature('PK\x05\x06'), end])
}

const signature = (text: string): Buffer => Buffer.from(text, 'latin1')

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
