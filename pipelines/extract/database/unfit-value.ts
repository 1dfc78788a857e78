/** A value that the column's type in the engine does not hold. It is not told: it may be anybody's. */
export class UnfitValue extends Error {}
