//! WASI under a turn's budgets. Its functions know nothing of turns, so a guest's calls do not reach them directly: the
//! module is rewritten so that each goes through a few instructions of ours, which ask the running turn first, and that
//! counts the call and looks at the clock. What would wait does not: sleeping returns at once.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use extism::{CurrentPlugin, Function, UserData, Val, ValType};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, EntityType, FunctionSection, ImportSection, Module, TypeSection};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionSectionReader, ImportSectionReader, Parser,
    Payload, TypeRef, TypeSectionReader,
};

use super::border::{self, Abort, AbortReason};
use super::build::BuildError;
use super::host_functions::fail;

/// The module that guests import WASI from.
pub(super) const WASI: &str = "wasi_snapshot_preview1";
/// Where the rewritten module finds what asks the turn; `inspect` lets no guest import it.
const TURN: (&str, &str) = ("sinew:host", "tick");
/// What WASI calls "done".
const SUCCESS: i32 = 0;

/// The functions that a rewritten module needs, and those of WASI's that would wait, replaced.
pub(super) fn functions() -> Vec<Function> {
    let tick = |_: &mut CurrentPlugin, _: &[Val], _: &mut [Val], _: UserData<()>| tick();
    // Nothing is written for the guest to read: no event came, and time went by as it does.
    let at_once = |_: &mut CurrentPlugin, _: &[Val], outputs: &mut [Val], _: UserData<()>| {
        if let Some(place) = outputs.first_mut() {
            *place = Val::I32(SUCCESS);
        }
        Ok(())
    };
    let unused = || UserData::new(());
    vec![
        Function::new(TURN.1, [], [], unused(), tick).with_namespace(TURN.0),
        Function::new(
            "poll_oneoff",
            vec![ValType::I32; 4],
            [ValType::I32],
            unused(),
            at_once,
        )
        .with_namespace(WASI),
        Function::new("sched_yield", [], [ValType::I32], unused(), at_once).with_namespace(WASI),
    ]
}

/// Asks the running turn, or what counts the calls of an instance that is being made.
fn tick() -> Result<(), extism::Error> {
    match border::prepares() {
        Some(true) => return Ok(()),
        Some(false) => {
            return Err(extism::Error::msg(
                "it calls the host too often before any turn",
            ));
        }
        None => {}
    }
    let Some(border) = border::running() else {
        return Err(extism::Error::msg("WASI was called while no turn runs"));
    };
    catch_unwind(AssertUnwindSafe(|| border.tick()))
        .unwrap_or_else(|_| Err(Abort::new(AbortReason::Host, "the host panicked in WASI")))
        .map_err(fail)
}

/// Puts the turn between a module and every function of WASI that it imports. The module was validated.
pub(super) fn metered(wasm: &[u8]) -> Result<Vec<u8>, BuildError> {
    let broken = |error: String| BuildError::Invalid(format!("its WASI imports: {error}"));
    let mut meter = Meter::read(wasm).map_err(|error| broken(error.to_string()))?;
    if meter.defined == 0 {
        return Err(BuildError::Refused("it has no code of its own".into()));
    }
    let mut module = Module::new();
    meter
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| broken(error.to_string()))?;
    Ok(module.finish())
}

/// A module on its way to one whose calls of WASI are counted. The new import is the last of the imports, so functions of
/// the module's own move up by one; what stands in for WASI's functions comes after all of them.
struct Meter {
    /// How many types the module has: the index of the new one.
    types: u32,
    /// How many functions it imports: the index of the new one.
    imported: u32,
    /// How many functions it defines.
    defined: u32,
    /// WASI's functions by index: the type of each.
    wasi: BTreeMap<u32, u32>,
    /// How many parameters each type has; 0 for what is no function's.
    parameters: Vec<u32>,
}

// === impl Meter ===

impl Meter {
    fn read(wasm: &[u8]) -> wasmparser::Result<Self> {
        let mut meter = Self {
            types: 0,
            imported: 0,
            defined: 0,
            wasi: BTreeMap::new(),
            parameters: Vec::new(),
        };
        for section in Parser::new(0).parse_all(wasm) {
            match section? {
                Payload::TypeSection(groups) => {
                    for group in groups {
                        for one in group?.types() {
                            let count = match &one.composite_type.inner {
                                wasmparser::CompositeInnerType::Func(function) => {
                                    u32::try_from(function.params().len()).unwrap_or(u32::MAX)
                                }
                                _ => 0,
                            };
                            meter.types += 1;
                            meter.parameters.push(count);
                        }
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        if let TypeRef::Func(of) | TypeRef::FuncExact(of) = import.ty {
                            if import.module == WASI {
                                meter.wasi.insert(meter.imported, of);
                            }
                            meter.imported += 1;
                        }
                    }
                }
                Payload::FunctionSection(functions) => meter.defined = functions.count(),
                _ => {}
            }
        }
        Ok(meter)
    }
}

impl Reencode for Meter {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        if let Some(nth) = self.wasi.keys().position(|index| *index == function) {
            let nth = u32::try_from(nth).unwrap_or(u32::MAX);
            return Ok(self.imported + 1 + self.defined + nth);
        }
        Ok(if function < self.imported {
            function
        } else {
            function + 1
        })
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_import_section(self, imports, section)?;
        imports.import(TURN.0, TURN.1, EntityType::Function(self.types));
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_function_section(self, functions, section)?;
        for of in self.wasi.values() {
            functions.function(*of);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        utils::parse_code_section(self, code, section)?;
        for (function, of) in &self.wasi {
            let mut body = wasm_encoder::Function::new([]);
            let mut instructions = body.instructions();
            instructions.call(self.imported);
            let parameters = self.parameters.get(*of as usize).copied().unwrap_or(0);
            for parameter in 0..parameters {
                instructions.local_get(parameter);
            }
            instructions.call(*function).end();
            code.function(&body);
        }
        Ok(())
    }

    /// Leaves names and the like out: they speak of functions by their old indices, and nothing here reads them.
    fn parse_custom_section(
        &mut self,
        _module: &mut Module,
        _section: CustomSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        Ok(())
    }
}
