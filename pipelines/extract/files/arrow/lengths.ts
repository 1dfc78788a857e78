import { ByteBuffer } from 'flatbuffers'

const lengthAt = ByteBuffer.prototype.__vector_len

/**
 * Has the Arrow library refuse a list that claims more entries than its message has bytes. It would make them all,
 * out of a damaged length, until no memory is left; its metadata is read by no other way.
 */
ByteBuffer.prototype.__vector_len = function (offset) {
  const length = lengthAt.call(this, offset)
  if (length < 0 || length > this.capacity()) throw new RangeError('a list is longer than its message')
  return length
}
