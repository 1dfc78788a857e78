import { zstdDecompressSync } from 'node:zlib'
import { CompressionType, compressionRegistry } from 'apache-arrow'
import { decodeLz4Frame, largest } from './lz4.ts'

/** Teaches the Arrow library the two compressions its files may have. */
export function registerCodecs(): void {
  compressionRegistry.set(CompressionType.ZSTD, {
    decode: (data) => zstdDecompressSync(data, { maxOutputLength: largest }),
  })
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame })
}
