import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipOptions {
  deflate?: boolean
  /** Sizes and places in the fields of 64 bits, as for archives beyond 4 GB. */
  zip64?: boolean
  /** Marks the members as encrypted. */
  encrypted?: boolean
}

interface Member {
  name: Buffer
  data: Buffer
  length: number
  sum: number
}

/** Packs files into a zip. */
export function zip(files: Record<string, string | Uint8Array>, options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const member: Member = {
      name: Buffer.from(path),
      data: options.deflate ? deflateRawSync(bytes) : bytes,
      length: bytes.length,
      sum: crc32(bytes),
    }
    const head = headOf(member, options)
    parts.push(Buffer.from('PK\x03\x04'), head, member.name, member.data)
    directory.push(entryOf(member, head, offset, options))
    offset += 30 + member.name.length + member.data.length
  }
  const listing = Buffer.concat(directory)
  return Buffer.concat([
    ...parts,
    listing,
    ...ending(Object.keys(files).length, listing.length, offset, options),
  ])
}

function headOf({ name, data, length, sum }: Member, { deflate, encrypted }: ZipOptions): Buffer {
  const head = Buffer.alloc(26)
  head.writeUInt16LE(20, 0)
  head.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2)
  head.writeUInt16LE(deflate ? 8 : 0, 4)
  head.writeUInt32LE(sum, 10)
  head.writeUInt32LE(data.length, 14)
  head.writeUInt32LE(length, 18)
  head.writeUInt16LE(name.length, 22)
  return head
}

function entryOf(member: Member, head: Buffer, offset: number, { zip64 }: ZipOptions): Buffer {
  const more = zip64 ? Buffer.alloc(28) : Buffer.alloc(0)
  const fields = Buffer.from(head)
  const place = Buffer.alloc(14)
  if (zip64) {
    more.writeUInt16LE(1, 0)
    more.writeUInt16LE(24, 2)
    more.writeBigUInt64LE(BigInt(member.length), 4)
    more.writeBigUInt64LE(BigInt(member.data.length), 12)
    more.writeBigUInt64LE(BigInt(offset), 20)
    for (const at of [14, 18]) fields.writeUInt32LE(0xffffffff, at)
    fields.writeUInt16LE(more.length, 24)
    place.writeUInt32LE(0xffffffff, 10)
  } else place.writeUInt32LE(offset, 10)
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, place, member.name, more])
}

function ending(members: number, length: number, offset: number, { zip64 }: ZipOptions): Buffer[] {
  const end = Buffer.alloc(18)
  end.writeUInt16LE(zip64 ? 0xffff : members, 4)
  end.writeUInt16LE(zip64 ? 0xffff : members, 6)
  end.writeUInt32LE(zip64 ? 0xffffffff : length, 8)
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 12)
  const plain = [Buffer.from('PK\x05\x06'), end]
  if (!zip64) return plain
  const wide = Buffer.alloc(52)
  wide.writeBigUInt64LE(44n, 0)
  wide.writeUInt16LE(45, 8)
  wide.writeUInt16LE(45, 10)
  wide.writeBigUInt64LE(BigInt(members), 20)
  wide.writeBigUInt64LE(BigInt(members), 28)
  wide.writeBigUInt64LE(BigInt(length), 36)
  wide.writeBigUInt64LE(BigInt(offset), 44)
  const locator = Buffer.alloc(16)
  locator.writeBigUInt64LE(BigInt(offset + length), 4)
  locator.writeUInt32LE(1, 12)
  return [Buffer.from('PK\x06\x06'), wide, Buffer.from('PK\x06\x07'), locator, ...plain]
}
