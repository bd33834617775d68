module example.org/trusting

go 1.26
