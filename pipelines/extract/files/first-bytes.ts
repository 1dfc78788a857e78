import { open } from 'node:fs/promises'

/** The first bytes of a file, or as many as it has: they tell gzip, zip and others apart, whatever the name says. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
