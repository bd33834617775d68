module example.com/notes

go 1.26

require example.com/markup v0.0.0

replace example.com/markup => ../../libs/markup
