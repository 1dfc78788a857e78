/** Memory for pages, used again: what is made anew each time has to be collected, which costs more than writing it. */
export class Memory {
  readonly #spare: Buffer[] = []

  /** So many bytes of whatever they held before. */
  lend(size: number): Buffer {
    const found = this.#spare.findIndex((buffer) => buffer.buffer.byteLength >= size)
    const whole =
      found < 0 ? Buffer.allocUnsafeSlow(roomFor(size)) : (this.#spare.splice(found, 1)[0] as Buffer)
    return Buffer.from(whole.buffer, 0, size)
  }

  /** The smallest that does is lent first. */
  giveBack(page: Buffer): void {
    const after = this.#spare.findIndex((buffer) => buffer.buffer.byteLength > page.buffer.byteLength)
    this.#spare.splice(after < 0 ? this.#spare.length : after, 0, page)
  }
}

/** Some more than is asked for, as the next page is seldom of just the same size. */
const roomFor = (size: number): number => Math.ceil((size * 1.25) / 65_536) * 65_536
