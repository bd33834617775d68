const answer = await fetch('https://localhost:8443/')
console.log('trusted:', answer.status)
