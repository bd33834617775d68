// Makes dist/ from pages/.
const { cpSync } = require('node:fs')

cpSync('pages', 'dist', { recursive: true })
