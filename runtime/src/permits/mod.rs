//! What a plugin may do: request ∩ grant − deny. Pure: no I/O.
