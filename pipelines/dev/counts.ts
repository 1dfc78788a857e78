const numbers = new Intl.NumberFormat('en-GB')

/** `22,199` */
export const counted = (count: number): string => numbers.format(count)

/** `1 row`, `22,199 rows` */
export const plural = (count: number, noun: string): string =>
  `${counted(count)} ${count === 1 ? noun : `${noun}s`}`
