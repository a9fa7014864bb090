# Stands before libzmq's own module, which asks pkg-config and could find the
# build machine's libsodium. build.rs sets SODIUM_INCLUDE_DIRS, SODIUM_LIBRARIES.
set(SODIUM_FOUND TRUE)
set(sodium_FOUND TRUE)
