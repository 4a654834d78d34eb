//! `process_run`: runs a program to its end.

use std::path::PathBuf;
use std::time::Duration;

use sinew_schema::{
    EffectError, ProcessConfinement, ProcessOutput, ProcessRunRequest, ProcessRunResponse,
};

use super::bytes::{content, text_or_base64};
use super::error::invalid;
use super::path::{absolute, canonical};
use super::{Call, Effect, Fields};
use crate::permits::{Need, Variable};
use crate::services::Services;
use crate::services::fs::{FsService, Last};
use crate::services::process::{Confinement, Level, Output, ProcessService, RunQuery};
use crate::services::secrets::Secrets;

/// Finds the place that a program runs in, and runs it.
#[derive(Debug)]
pub(super) struct ProcessRun {
    fs: FsService,
    process: ProcessService,
    secrets: Secrets,
}

impl ProcessRun {
    pub(super) fn new(services: &Services) -> Self {
        Self {
            fs: services.fs.clone(),
            process: services.process.clone(),
            secrets: services.secrets.clone(),
        }
    }

    /// What a program wrote, without the secrets that it may have come by.
    fn output(&self, output: &Output) -> ProcessOutput {
        let truncated = (output.kept.len() as u64) < output.total_bytes;
        let kept = if truncated {
            self.secrets.redact_cut(&output.kept)
        } else {
            self.secrets.redact(&output.kept)
        };
        let kept = kept.into_owned();
        let (text, base64) = text_or_base64(kept, truncated);
        ProcessOutput {
            text,
            base64,
            total_bytes: output.total_bytes,
            truncated,
            extra: Fields::new(),
        }
    }
}

impl Effect for ProcessRun {
    type Request = ProcessRunRequest;
    type Response = ProcessRunResponse;

    async fn need(
        &self,
        call: &Call<'_>,
        request: &mut Self::Request,
    ) -> Result<Need, EffectError> {
        check(request)?;
        let asked = vec![request.cwd.clone()];
        let folder = absolute(&request.cwd)?;
        let cwd = self
            .fs
            .resolve(folder, Last::Followed, call.deadline)
            .await?;
        canonical(&mut request.cwd, &cwd);
        let given = request.env.iter().map(|(name, value)| Variable {
            name: name.clone(),
            value: Some(value.clone()),
        });
        let inherited = request.inherit.iter().map(|name| Variable {
            name: name.clone(),
            value: None,
        });
        let mut env: Vec<Variable> = given.chain(inherited).collect();
        env.sort();
        env.dedup();
        Ok(Need::Process {
            asked,
            argv: request.argv.clone(),
            cwd,
            env,
        })
    }

    async fn perform(
        &self,
        call: &Call<'_>,
        request: Self::Request,
        need: &Need,
    ) -> Result<Self::Response, EffectError> {
        let query = query(request, need)?;
        let ended = self.process.run(query, call.deadline).await?;
        Ok(ProcessRunResponse {
            exit_code: ended.code,
            signal: ended.signal,
            timed_out: ended.timed_out,
            stdout: self.output(&ended.stdout),
            stderr: self.output(&ended.stderr),
            wall_ms: u64::try_from(ended.wall.as_millis()).unwrap_or(u64::MAX),
            confinement: confinement(ended.confinement),
            extra: Fields::new(),
        })
    }
}

fn query(request: ProcessRunRequest, need: &Need) -> Result<RunQuery, EffectError> {
    let Need::Process { argv, cwd, .. } = need else {
        return Err(invalid("no program was judged"));
    };
    let input = content(request.stdin, request.stdin_base64, INPUT)?;
    Ok(RunQuery {
        argv: argv.clone(),
        cwd: PathBuf::clone(cwd),
        environment: request.env.into_iter().collect(),
        inherited: request.inherit,
        input: input.unwrap_or_default(),
        timeout: request
            .timeout_ms
            .map(|milliseconds| Duration::from_millis(milliseconds.into())),
        output_bytes_max: request
            .output_bytes
            .map(|most| usize::try_from(most).unwrap_or(usize::MAX)),
    })
}

const INPUT: [&str; 2] = ["stdin", "stdin_base64"];

/// What the request says by itself to be wrong.
fn check(request: &ProcessRunRequest) -> Result<(), EffectError> {
    let program = request.argv.first().map(String::as_str).unwrap_or_default();
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    if !program
        .strip_prefix('/')
        .unwrap_or(program)
        .split('/')
        .all(plain)
        || !program.starts_with('/') && program.contains('/')
    {
        return Err(invalid(format!(
            "`{}` is neither a bare name nor an absolute path without `.` and `..`",
            program.escape_debug()
        )));
    }
    if request.argv.iter().any(|argument| argument.contains('\0')) {
        return Err(invalid("an argument has a zero byte in it"));
    }
    for name in request.env.keys().chain(&request.inherit) {
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(invalid(format!(
                "`{}` is no name of a variable",
                name.escape_debug()
            )));
        }
    }
    if let Some((name, _)) = request.env.iter().find(|(_, value)| value.contains('\0')) {
        return Err(invalid(format!(
            "the value of `{name}` has a zero byte in it"
        )));
    }
    if let Some(name) = request
        .inherit
        .iter()
        .find(|name| request.env.contains_key(*name))
    {
        return Err(invalid(format!("`{name}` is both given and inherited")));
    }
    if request.stdin.is_some() && request.stdin_base64.is_some() {
        return Err(invalid("`stdin` and `stdin_base64` exclude each other"));
    }
    Ok(())
}

fn confinement(confinement: Confinement) -> ProcessConfinement {
    let level = match confinement.level {
        Level::Full => ProcessConfinement::LEVEL_FULL,
        Level::Partial => ProcessConfinement::LEVEL_PARTIAL,
        Level::None => ProcessConfinement::LEVEL_NONE,
    };
    ProcessConfinement {
        level: level.to_owned(),
        reason: confinement.reason,
        extra: Fields::new(),
    }
}
