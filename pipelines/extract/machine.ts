import { ClienteleError } from '../error.ts'

const said: Record<string, string> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EIO: 'the disk fails',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
  ENOENT: 'it is gone',
}

/** An error of the machine told as a fault, with the file it was about; any other error is left as it is. */
export function machineFault(error: unknown): unknown {
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (error instanceof ClienteleError || syscall === undefined || code === undefined) return error
  const what = `${said[code] ?? code} (${syscall}${path ? ` ${path}` : ''})`
  const how = code === 'ENOSPC' ? 'Nothing of this file has landed: make room and run again.' : undefined
  return new ClienteleError({ what, ...(how ? { how } : {}) }, 1, { cause: error })
}
