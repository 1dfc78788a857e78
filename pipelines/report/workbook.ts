/** The workbook of the pack: one for all languages. */
export const workbookFile = 'workbook.xlsx'
