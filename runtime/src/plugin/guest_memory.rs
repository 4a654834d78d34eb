//! Reads and writes blocks of a guest's Extism memory without trusting a number the guest could have written.
//!
//! Extism's kernel keeps a header before each block, in memory the guest can overwrite, and the host side of Extism
//! turns whatever the header says into a slice. So a forged header would let the host read far outside the guest.
//! Memory is one mapped prefix of a 4 GiB reservation: where a block's last byte is mapped, all of it is. That one byte
//! is offered to a pipe: the operating system answers "bad address" where a plain read would end the process.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use extism::convert::MemoryHandle;
use extism::{CurrentPlugin, Val};

use super::border::{self, Abort, AbortReason};

/// The kernel's memory is 32-bit wasm memory.
const MEMORY_END: u64 = 1 << 32;
/// Where the kernel keeps its own words: whether it was initialised, at the first byte, and the length of what it manages.
const ROOT: u64 = 1;
const ROOT_BYTES: u64 = 64;
const ROOT_LENGTH: u64 = 16;
const PAGE_BYTES: u64 = 64 << 10;
/// What Extism says when the kernel's own work used the last fuel.
pub(super) const OUT_OF_FUEL: &str = "plugin ran out of fuel";

/// Copies the block at a guest's offset; an offset of 0 is the empty block.
pub(super) fn read(
    plugin: &mut CurrentPlugin,
    offset: &Val,
    bytes_max: u64,
) -> Result<Vec<u8>, Abort> {
    let offset = offset
        .i64()
        .map(i64::cast_unsigned)
        .ok_or_else(|| wild("an offset is not a number"))?;
    if offset == 0 {
        return Ok(Vec::new());
    }
    let length = plugin
        .memory_length(offset)
        .map_err(|error| unless_fuel(&error, wild("the guest's memory is damaged")))?;
    if length == 0 {
        return Err(wild("an offset names no block of the guest's memory"));
    }
    read_range(plugin, offset, length, bytes_max)
}

/// Copies a range of a guest's memory.
pub(super) fn read_range(
    plugin: &mut CurrentPlugin,
    offset: u64,
    length: u64,
    bytes_max: u64,
) -> Result<Vec<u8>, Abort> {
    if length == 0 {
        return Ok(Vec::new());
    }
    if length > bytes_max {
        return Err(Abort::new(
            AbortReason::Bytes,
            format!("the guest handed over {length} bytes where {bytes_max} are allowed"),
        ));
    }
    let handle = prove(plugin, offset, length)?;
    let bytes = plugin
        .memory_bytes(handle)
        .map_err(|_| wild("the guest has no memory"))?;
    Ok(bytes.to_vec())
}

/// Puts bytes into a new block and returns its offset; nothing is the offset 0.
pub(super) fn write(plugin: &mut CurrentPlugin, bytes: &[u8]) -> Result<Val, Abort> {
    if bytes.is_empty() {
        return Ok(Val::I64(0));
    }
    let length = bytes.len() as u64;
    let block = plugin.memory_alloc(length).map_err(|error| {
        let no_room = "the guest's memory has no room for an answer of the host";
        unless_fuel(&error, Abort::new(AbortReason::Memory, no_room))
    })?;
    let handle = prove(plugin, block.offset(), length)?;
    let target = plugin
        .memory_bytes_mut(handle)
        .map_err(|_| wild("the guest has no memory"))?;
    target.copy_from_slice(bytes);
    Ok(Val::I64(block.offset().cast_signed()))
}

/// Proves that Extism can put an input into the memory of an instance in which guest code ran before.
///
/// Extism resets the kernel, asks it for a block and fills that, without a look at where it lies. A reset does not touch
/// the length that the kernel believes it manages, and a guest can overwrite that through a forged block header. The block
/// is the first one: it ends inside memory where the kernel's length does, and the kernel has that grow where it is short.
pub(super) fn sound(plugin: &mut CurrentPlugin) -> Result<(), Abort> {
    let damaged = || wild("an earlier run of the guest damaged its memory");
    let bytes = ROOT_LENGTH + 8;
    let root = read_range(plugin, ROOT, bytes, bytes)?;
    let (Some(initialised), Some(length)) = (
        root.first(),
        root.last_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
    ) else {
        return Err(damaged());
    };
    if *initialised == 0 {
        return Ok(());
    }
    if length < PAGE_BYTES - ROOT_BYTES {
        return Err(damaged());
    }
    prove(plugin, length, ROOT_BYTES)
        .map(drop)
        .map_err(|_| damaged())
}

/// Proves that a range lies inside the guest's memory, and makes the handle for it.
fn prove(plugin: &mut CurrentPlugin, offset: u64, length: u64) -> Result<MemoryHandle, Abort> {
    let end = offset
        .checked_add(length)
        .filter(|end| *end <= MEMORY_END)
        .ok_or_else(|| wild("a block reaches outside the guest's memory"))?;
    let proved_end = border::with_frame(|frame| frame.proved_end).unwrap_or(0);
    if end > proved_end {
        let last = plugin
            .memory_bytes(handle(end - 1, 1))
            .map_err(|_| wild("the guest has no memory"))?;
        if !is_mapped(last).map_err(|error| {
            Abort::new(AbortReason::Host, format!("probing guest memory: {error}"))
        })? {
            return Err(wild("a block reaches outside the guest's memory"));
        }
        border::with_frame(|frame| frame.proved_end = end);
    }
    Ok(handle(offset, length))
}

#[allow(
    unsafe_code,
    reason = "Extism marks the constructor unsafe because it does not check the range; `prove` does"
)]
fn handle(offset: u64, length: u64) -> MemoryHandle {
    unsafe { MemoryHandle::new(offset, length) }
}

/// The kernel's functions are wasm: what looks like a damaged memory may be the end of the fuel.
fn unless_fuel(error: &extism::Error, otherwise: Abort) -> Abort {
    if error.chain().any(|cause| cause.to_string() == OUT_OF_FUEL) {
        return Abort::new(AbortReason::Fuel, "the guest used up its fuel");
    }
    otherwise
}

fn wild(message: &str) -> Abort {
    Abort::new(AbortReason::Trap, message)
}

/// Asks the operating system whether a byte can be read, by offering it to a pipe.
fn is_mapped(byte: &[u8]) -> io::Result<bool> {
    static PIPE: OnceLock<Mutex<Option<(PipeReader, PipeWriter)>>> = OnceLock::new();
    let mut pipe = PIPE
        .get_or_init(|| Mutex::new(None))
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let (reader, writer) = match &mut *pipe {
        Some(pipe) => pipe,
        none => none.insert(io::pipe()?),
    };
    match writer.write(byte) {
        Ok(_) => reader.read_exact(&mut [0]).map(|()| true),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::FAULT.raw_os_error()) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
