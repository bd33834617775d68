#!/usr/bin/env node
const minimist = require('minimist')

const { _: words, help } = minimist(process.argv.slice(2), { boolean: ['help'] })
if (help) {
  console.log('usage: slug WORD…')
} else {
  console.log(words.join('-').toLowerCase().normalize('NFKD').replace(/[^a-z0-9-]/g, ''))
}
