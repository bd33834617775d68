import ms from 'ms'

const every = process.argv.find((word) => word.startsWith('--every='))?.slice(8) ?? '1m'
const sweep = () => console.log(`swept at ${new Date().toISOString()}`)

sweep()
setInterval(sweep, ms(every))
