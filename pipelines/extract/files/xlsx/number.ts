/**
 * A number as people write it: no exponent, and without the noise that binary fractions leave in the 16th digit and
 * after (a workbook keeps 0.1 + 0.2 as 0.30000000000000004).
 */
export function plainNumber(digits: string): string {
  const value = Number(digits)
  if (!Number.isFinite(value)) return digits
  if (Number.isSafeInteger(value)) return String(value)
  const shown = String(Number(value.toPrecision(15)))
  if (!shown.includes('e')) return shown
  const negative = shown.startsWith('-') ? '-' : ''
  const [mantissa, exponent] = shown.replace(/^-/, '').split('e') as [string, string]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  const point = whole.length + Number(exponent)
  const all = `${whole}${fraction}`
  if (point <= 0) return `${negative}0.${'0'.repeat(-point)}${all}`
  return `${negative}${all.padEnd(point, '0').slice(0, point)}${all.length > point ? `.${all.slice(point)}` : ''}`
}
