/** Where people read what is happening: a terminal shows progress in place, anything else gets plain lines. */
export interface Log {
  line(text: string): void
  /** Replaces itself on a terminal; silent in a log file. */
  progress(text: string): void
}

export const silent: Log = { line() {}, progress() {} }

export function streamLog(stream: NodeJS.WriteStream): Log {
  let shown = false
  const clear = () => {
    if (shown) stream.write('\r\x1b[2K')
    shown = false
  }
  return {
    line(text) {
      clear()
      stream.write(`${text}\n`)
    },
    progress(text) {
      if (!stream.isTTY) return
      clear()
      stream.write(text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)))
      shown = true
    },
  }
}
