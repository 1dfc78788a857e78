import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between us and a server, and cuts every line once so many bytes came from the server; 0: never. */
export interface Proxy {
  url: string
  cutAfter: number
  cuts: number
  close(): Promise<void>
}

export async function openProxy(target: string): Promise<Proxy> {
  const { port, hostname } = new URL(target)
  const url = new URL(target)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    let bytes = 0
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
    far.on('data', (chunk) => {
      bytes += chunk.length
      if (proxy.cutAfter === 0 || bytes < proxy.cutAfter) return
      if (!near.destroyed) proxy.cuts += 1
      near.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.port = String((server.address() as AddressInfo).port)
  const proxy: Proxy = {
    url: url.href,
    cutAfter: 0,
    cuts: 0,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
