// Package pb holds the protobuf messages that archives, indexes and
// announcements are made of, with the code that protoc makes from them. The
// packages archive and announce say what the fields mean and which values are
// accepted; nothing here checks anything.
package pb

//go:generate go build -o protoc-gen-go.bin google.golang.org/protobuf/cmd/protoc-gen-go
//go:generate protoc -I ../.. --plugin=protoc-gen-go=protoc-gen-go.bin --go_out=../.. --go_opt=module=seeder internal/pb/archive.proto internal/pb/announcement.proto
//go:generate rm protoc-gen-go.bin
