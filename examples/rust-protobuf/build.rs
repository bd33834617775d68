//! Makes the types of the messages; `protoc` must be there.

fn main() -> std::io::Result<()> {
    prost_build::compile_protos(&["proto/postcard.proto"], &["proto"])
}
