// Codes of the operational system that several of its tables share.

export const mediumCodes = { email: 'E', sms: 'S', mail: 'M', phone: 'T', programme: 'P' } as const

export const causeCodes = { firm: 'F', competitor: 'K', customer: 'C', unknown: 'U' } as const

export const classCodes = { wholesale: 'WS', group: 'GP', franchise: 'FR' } as const
