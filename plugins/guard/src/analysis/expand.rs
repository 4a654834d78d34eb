//! Expands words, as far as they can be known.

use std::borrow::Cow;

use sinew_pdk::schema::{ShellBrace, ShellParameter, ShellPart, ShellWord};

use super::script::Analysis;
use super::state::State;
use super::{Argument, UNKNOWN};

/// How many words a brace expansion may become.
const WORDS_MAX: usize = 64;

/// An argument that is being put together.
#[derive(Default, Clone)]
struct Growing {
    text: String,
    glob: bool,
    sifted: bool,
    /// Whether there is something, if only an empty quotation.
    there: bool,
}

impl Analysis<'_> {
    /// Expands a word to the arguments it becomes.
    pub(crate) fn expand(&mut self, word: &ShellWord, state: &mut State) -> Vec<Argument> {
        let raw = state
            .source
            .get(word.start as usize..word.end as usize)
            .unwrap_or_default()
            .to_owned();
        let span = state
            .outermost
            .then_some(word.start as usize..word.end as usize);
        let mut arguments = Vec::new();
        let braced = word
            .parts
            .iter()
            .any(|part| matches!(part, ShellPart::Brace(_)));
        let words = if braced {
            Cow::Owned(braces(&word.parts))
        } else {
            Cow::Borrowed(std::slice::from_ref(&word.parts))
        };
        for parts in words.iter() {
            let mut done = Vec::new();
            let mut growing = Growing::default();
            self.grow(parts, state, false, &mut growing, &mut done);
            if growing.there {
                done.push(growing);
            }
            arguments.extend(done.into_iter().map(|done| Argument {
                text: done.text,
                glob: done.glob,
                sifted: done.sifted,
                raw: raw.clone(),
                span: span.clone(),
            }));
        }
        arguments
    }

    /// Expands a word that stays one: an assignment's value, the target of a redirection, a here-document.
    pub(crate) fn expand_one(&mut self, word: &ShellWord, state: &mut State) -> Argument {
        let raw = state
            .source
            .get(word.start as usize..word.end as usize)
            .unwrap_or_default()
            .to_owned();
        let mut done = Vec::new();
        let mut growing = Growing::default();
        self.grow(&word.parts, state, true, &mut growing, &mut done);
        Argument {
            text: growing.text,
            glob: growing.glob,
            sifted: growing.sifted,
            raw,
            span: state
                .outermost
                .then_some(word.start as usize..word.end as usize),
        }
    }

    fn grow(
        &mut self,
        parts: &[ShellPart],
        state: &mut State,
        quoted: bool,
        growing: &mut Growing,
        done: &mut Vec<Growing>,
    ) {
        for part in parts {
            match part {
                ShellPart::Literal(text)
                | ShellPart::Escaped(text)
                | ShellPart::SingleQuoted(text)
                | ShellPart::AnsiQuoted(text) => {
                    growing.text.push_str(text);
                    growing.there = true;
                }
                ShellPart::Glob(text) => {
                    growing.text.push_str(text);
                    growing.glob |= !quoted;
                    growing.there = true;
                }
                ShellPart::DoubleQuoted(inner) | ShellPart::Translated(inner) => {
                    growing.there |= !is_all_arguments(inner);
                    self.grow(inner, state, true, growing, done);
                }
                ShellPart::Tilde(user) => {
                    match user.as_str() {
                        "" => growing.text.push_str(&state.home),
                        "+" => growing
                            .text
                            .push_str(state.folder.as_deref().unwrap_or(UNKNOWN_TEXT)),
                        "-" => growing.text.push(UNKNOWN),
                        user => {
                            growing.text.push_str("/home/");
                            growing.text.push_str(user);
                        }
                    }
                    growing.there = true;
                }
                ShellPart::Parameter(parameter) => {
                    let values = self.parameter(parameter, state);
                    let splits = !quoted || is_list(parameter);
                    append(values, splits.then(|| state.separators()), growing, done);
                }
                ShellPart::Command(script) | ShellPart::Backquoted(script) => {
                    let output = self.substituted(script, state);
                    append(
                        vec![output],
                        (!quoted).then(|| state.separators()),
                        growing,
                        done,
                    );
                }
                ShellPart::ProcessInput(script) | ShellPart::ProcessOutput(script) => {
                    let output = self.substituted(script, state);
                    growing.text.push_str("/dev/fd/63");
                    growing.there = true;
                    self.last_process_output = output.known().map(str::to_owned);
                }
                ShellPart::Arithmetic(inner) => {
                    let mut ignored = Growing::default();
                    self.grow(inner, state, true, &mut ignored, &mut Vec::new());
                    // A number is no path that matters.
                    growing.text.push('1');
                    growing.there = true;
                }
                ShellPart::Brace(brace) => {
                    // Only where braces could not be expanded to words.
                    for alternative in &brace.alternatives {
                        self.grow(&alternative.parts, state, quoted, growing, done);
                    }
                    growing.there = true;
                }
                ShellPart::Array(elements) => {
                    for element in elements {
                        let value = self.expand_one(&element.value, state);
                        growing.text.push_str(&value.text);
                        growing.text.push(' ');
                    }
                }
                ShellPart::Unknown(text) => {
                    self.unreadable(text);
                    growing.text.push(UNKNOWN);
                    growing.there = true;
                }
            }
        }
    }

    fn parameter(&mut self, parameter: &ShellParameter, state: &mut State) -> Vec<Argument> {
        let unknown = || vec![Argument::unknown(format!("${}", parameter.name))];
        if parameter.length == Some(true) {
            return vec![Argument::of("1")];
        }
        let mut index = String::new();
        if !parameter.index.is_empty() {
            let mut growing = Growing::default();
            self.grow(&parameter.index, state, true, &mut growing, &mut Vec::new());
            index = growing.text;
        }
        let mut argument = Growing::default();
        self.grow(
            &parameter.argument,
            state,
            true,
            &mut argument,
            &mut Vec::new(),
        );
        let given = Argument {
            text: argument.text,
            glob: argument.glob,
            ..Argument::default()
        };
        let mut values = state.variable(&parameter.name);
        if parameter.indirect == Some(true) {
            let name = values
                .as_ref()
                .and_then(|values| values.first())
                .map(|value| value.text.clone());
            values = name.and_then(|name| state.variable(&name));
        }
        if let Some(known) = &values
            && !matches!(index.as_str(), "@" | "*")
            && known.len() > 1
            && !matches!(parameter.name.as_str(), "@" | "*")
        {
            let at: usize = index.parse().unwrap_or(0);
            values = Some(known.get(at).cloned().into_iter().collect());
        }
        let is_empty = values
            .as_ref()
            .is_none_or(|values| values.iter().all(|value| value.text.is_empty()));
        match parameter.operator.as_deref() {
            None => values.unwrap_or_else(unknown),
            Some(":-" | "-" | ":=" | "=") => {
                if !is_empty {
                    return values.unwrap_or_else(unknown);
                }
                if matches!(parameter.operator.as_deref(), Some(":=" | "=")) {
                    state
                        .variables
                        .insert(parameter.name.clone(), vec![given.clone()]);
                }
                vec![given]
            }
            Some(":+" | "+") => vec![given],
            Some(":?" | "?") => values.unwrap_or_else(|| vec![Argument::unknown("")]),
            Some(operator) => {
                let Some(values) = values else {
                    return unknown();
                };
                values
                    .into_iter()
                    .map(|value| match changed(&value.text, operator, &given.text) {
                        Some(text) => Argument { text, ..value },
                        None => Argument::unknown(value.raw),
                    })
                    .collect()
            }
        }
    }

    /// The elements of an array, or the one value of anything else.
    pub(crate) fn values(&mut self, word: &ShellWord, state: &mut State) -> Vec<Argument> {
        if let [ShellPart::Array(elements)] = word.parts.as_slice() {
            return elements
                .iter()
                .flat_map(|element| self.expand(&element.value, state))
                .collect();
        }
        vec![self.expand_one(word, state)]
    }
}

const UNKNOWN_TEXT: &str = "\u{fffc}";

fn is_list(parameter: &ShellParameter) -> bool {
    let is_all = matches!(parameter.index.as_slice(), [ShellPart::Literal(text)] if text == "@")
        || matches!(parameter.index.as_slice(), [ShellPart::Glob(text)] if text == "*");
    parameter.name == "@" || is_all
}

fn is_all_arguments(parts: &[ShellPart]) -> bool {
    matches!(parts, [ShellPart::Parameter(parameter)] if is_list(parameter))
}

/// Appends a variable's values, split at the separators unless they are quoted.
fn append(
    values: Vec<Argument>,
    separators: Option<&str>,
    growing: &mut Growing,
    done: &mut Vec<Growing>,
) {
    let several = values.len() > 1;
    let quoted = separators.is_none();
    for (number, value) in values.into_iter().enumerate() {
        if number > 0 && (several || !quoted) && growing.there {
            done.push(std::mem::take(growing));
        }
        if quoted || several {
            growing.text.push_str(&value.text);
            growing.glob |= value.glob;
            growing.sifted |= value.sifted;
            growing.there = true;
            continue;
        }
        let separates = |c: char| separators.is_some_and(|separators| separators.contains(c));
        for (at, piece) in value.text.split(separates).enumerate() {
            if at > 0 && growing.there {
                done.push(std::mem::take(growing));
            }
            if !piece.is_empty() {
                growing.text.push_str(piece);
                growing.glob |= value.glob || piece.contains(['*', '?']);
                growing.sifted |= value.sifted;
                growing.there = true;
            }
        }
    }
}

/// What `${name OPERATOR argument}` makes of a value; `None` where that is not worked out here.
fn changed(value: &str, operator: &str, argument: &str) -> Option<String> {
    if value.contains(UNKNOWN) || argument.contains(UNKNOWN) {
        return None;
    }
    match operator {
        ":" => {
            let mut numbers = argument
                .split(':')
                .map(|number| number.trim().parse::<usize>());
            let from = numbers.next()?.ok()?;
            let rest: String = value.chars().skip(from).collect();
            match numbers.next() {
                None => Some(rest),
                Some(length) => Some(rest.chars().take(length.ok()?).collect()),
            }
        }
        "%" | "%%" | "#" | "##" => {
            let text = |at: &str, of: &str| (at == of).then(String::new);
            match (operator, argument) {
                ("##", "*/") => Some(value.rsplit('/').next().unwrap_or_default().to_owned()),
                ("%", "/*") => Some(
                    value
                        .rsplit_once('/')
                        .map_or(value, |(head, _)| head)
                        .to_owned(),
                ),
                (_, argument) if argument.contains(['*', '?', '[']) => Some(value.to_owned()),
                ("%" | "%%", argument) => {
                    Some(value.strip_suffix(argument).unwrap_or(value).to_owned())
                }
                (_, argument) => Some(value.strip_prefix(argument).unwrap_or(value).to_owned())
                    .or_else(|| text("", "")),
            }
        }
        "/" | "//" => {
            let (from, to) = argument.split_once('/').unwrap_or((argument, ""));
            Some(if operator == "//" {
                value.replace(from, to)
            } else {
                value.replacen(from, to, 1)
            })
        }
        "^^" => Some(value.to_uppercase()),
        ",," => Some(value.to_lowercase()),
        operator if operator.starts_with('@') => Some(value.to_owned()),
        _ => None,
    }
}

/// The words that braces make of one.
fn braces(parts: &[ShellPart]) -> Vec<Vec<ShellPart>> {
    let mut words: Vec<Vec<ShellPart>> = vec![Vec::new()];
    for part in parts {
        let alternatives = match part {
            ShellPart::Brace(brace) => alternatives(brace),
            part => vec![vec![part.clone()]],
        };
        if words.len() * alternatives.len() > WORDS_MAX {
            for word in &mut words {
                word.push(part.clone());
            }
            continue;
        }
        words = words
            .iter()
            .flat_map(|word| {
                alternatives
                    .iter()
                    .map(move |alternative| [word.as_slice(), alternative].concat())
            })
            .collect();
    }
    words
}

fn alternatives(brace: &ShellBrace) -> Vec<Vec<ShellPart>> {
    if let (Some(first), Some(last)) = (&brace.first, &brace.last) {
        return [first, last]
            .map(|end| vec![ShellPart::Literal(end.clone())])
            .to_vec();
    }
    brace
        .alternatives
        .iter()
        .flat_map(|alternative| braces(&alternative.parts))
        .collect()
}
