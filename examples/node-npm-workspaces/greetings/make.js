const words = ['Hello', 'Welcome', 'Good day']
console.log(`const words = ${JSON.stringify(words)}
export const greeting = (name) => \`\${words[name.length % words.length]}, \${name}\``)
