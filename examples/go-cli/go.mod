module example.com/tools/greet/v2

go 1.24
