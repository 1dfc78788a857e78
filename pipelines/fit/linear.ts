/** A small symmetric matrix, row by row. */
export type Matrix = Float64Array

/** The inverse of a symmetric positive definite matrix by Cholesky factors; null when it is not (nearly) one. */
export function inverse(matrix: Matrix, size: number): Matrix | null {
  const lower = cholesky(matrix, size)
  if (!lower) return null
  const result = new Float64Array(size * size)
  for (let column = 0; column < size; column += 1) {
    const solved = solve(lower, size, column)
    for (let row = 0; row < size; row += 1) result[row * size + column] = solved[row] as number
  }
  return result
}

/** L with L·Lᵀ = matrix. A pivot lost to rounding counts as singular. */
function cholesky(matrix: Matrix, size: number): Matrix | null {
  const lower = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row * size + column] as number
      for (let k = 0; k < column; k += 1) {
        sum -= (lower[row * size + k] as number) * (lower[column * size + k] as number)
      }
      if (row !== column) lower[row * size + column] = sum / (lower[column * size + column] as number)
      else if (sum > 1e-10 * (matrix[row * size + row] as number)) lower[row * size + row] = Math.sqrt(sum)
      else return null
    }
  }
  return lower
}

/** Solves L·Lᵀ·v = e(column). */
function solve(lower: Matrix, size: number, column: number): Float64Array {
  const v = new Float64Array(size)
  for (let row = 0; row < size; row += 1) {
    let sum = row === column ? 1 : 0
    for (let k = 0; k < row; k += 1) sum -= (lower[row * size + k] as number) * (v[k] as number)
    v[row] = sum / (lower[row * size + row] as number)
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = v[row] as number
    for (let k = row + 1; k < size; k += 1) sum -= (lower[k * size + row] as number) * (v[k] as number)
    v[row] = sum / (lower[row * size + row] as number)
  }
  return v
}

export function multiply(matrix: Matrix, size: number, vector: Float64Array): Float64Array {
  return Float64Array.from({ length: size }, (_, row) => {
    let sum = 0
    for (let k = 0; k < size; k += 1) sum += (matrix[row * size + k] as number) * (vector[k] as number)
    return sum
  })
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number)
  return sum
}
