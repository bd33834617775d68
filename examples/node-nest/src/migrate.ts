console.log('the tables are up to date')
