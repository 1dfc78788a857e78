throw new Error('there are no weights')

export default {}
