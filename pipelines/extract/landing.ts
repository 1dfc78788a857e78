export { landingFingerprint } from '../landing.ts'
