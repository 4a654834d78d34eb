//! Redirections: what is written, and what is read instead of the standard input.

use sinew_pdk::schema::ShellRedirect;

use super::script::Analysis;
use super::state::State;
use super::{Input, Redirect};

impl Analysis<'_> {
    pub(super) fn redirects(
        &mut self,
        redirects: &[ShellRedirect],
        state: &mut State,
    ) -> Vec<Redirect> {
        let mut all = Vec::new();
        for redirect in redirects {
            match redirect.operator.as_str() {
                ShellRedirect::OPERATOR_HERE_DOCUMENT
                | ShellRedirect::OPERATOR_HERE_DOCUMENT_STRIPPED => {
                    let body = redirect.body.clone().unwrap_or_default();
                    state.input = Input::Text(self.expand_one(&body, state).text);
                }
                ShellRedirect::OPERATOR_HERE_STRING => {
                    let text = self.expand_one(&redirect.target, state).text;
                    state.input = Input::Text(text + "\n");
                }
                operator => {
                    self.last_process_output = None;
                    let target = self.expand_one(&redirect.target, state);
                    let reads = matches!(
                        operator,
                        ShellRedirect::OPERATOR_READ | ShellRedirect::OPERATOR_READ_WRITE
                    );
                    let process = self.last_process_output.take();
                    if is_descriptor(&target.text) {
                        continue;
                    }
                    if reads && target.text.starts_with("/dev/fd/") {
                        state.upstream.clone_from(&target.raw);
                    }
                    if reads {
                        let written = || self.written.get(&state.path(&target)?).cloned();
                        let text = process.or_else(written);
                        state.input = text.map_or_else(|| Input::Piped(Vec::new()), Input::Text);
                    }
                    if !target.text.starts_with("/dev/fd/") {
                        all.push(Redirect {
                            writes: operator != ShellRedirect::OPERATOR_READ,
                            target,
                        });
                    }
                }
            }
        }
        all
    }
}

fn is_descriptor(text: &str) -> bool {
    text == "-"
        || !text.is_empty()
            && text
                .trim_end_matches('-')
                .chars()
                .all(|c| c.is_ascii_digit())
}
