module example.com/acme/prices

go 1.26

require (
	example.com/acme/money v0.0.0
	github.com/google/uuid v1.6.0
)

replace example.com/acme/money => ./money
