export default { columns: { size: { tipe: 'DOUBLE' } }, inputs: {}, run: () => ({ size: [1] }) }
