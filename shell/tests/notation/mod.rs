//! A short notation for trees, so that a table of them can be read.

use sinew_schema::{
    ShellCommand, ShellCommandBody, ShellParameter, ShellPart, ShellRedirect, ShellScript,
    ShellWord,
};

fn join<T>(items: &[T], between: &str, show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(between)
}

pub fn script(script: &ShellScript) -> String {
    let mut text = join(&script.statements, "; ", |statement| {
        let mut text = join(&statement.pipelines, "", |pipeline| {
            let operator = pipeline
                .operator
                .as_deref()
                .map(|operator| format!(" {operator} "));
            let timed = if pipeline.timed == Some(true) {
                "time "
            } else {
                ""
            };
            let negated = if pipeline.negated == Some(true) {
                "not "
            } else {
                ""
            };
            let commands = join(&pipeline.commands, " | ", command);
            format!("{}{timed}{negated}{commands}", operator.unwrap_or_default())
        });
        if statement.background == Some(true) {
            text.push_str(" &");
        }
        text
    });
    for comment in &script.comments {
        text.push_str(&format!(" #{comment}"));
    }
    text
}

fn command(command: &ShellCommand) -> String {
    let mut text = match &command.body {
        ShellCommandBody::Simple(simple) => {
            let assignments = simple.assignments.iter().map(|assignment| {
                let index = assignment
                    .index
                    .as_ref()
                    .map(|index| format!("[{}]", word(index)));
                let sign = if assignment.append == Some(true) {
                    "+="
                } else {
                    "="
                };
                format!(
                    "{}{}{sign}{}",
                    assignment.name,
                    index.unwrap_or_default(),
                    word(&assignment.value)
                )
            });
            assignments
                .chain(simple.words.iter().map(word))
                .collect::<Vec<_>>()
                .join(" ")
        }
        ShellCommandBody::Group(list) => format!("{{ {} }}", script(list)),
        ShellCommandBody::Subshell(list) => format!("( {} )", script(list)),
        ShellCommandBody::If(clause) => {
            let branches = join(&clause.branches, " elif ", |branch| {
                format!(
                    "{} then {}",
                    script(&branch.condition),
                    script(&branch.body)
                )
            });
            let otherwise = clause
                .otherwise
                .as_ref()
                .map(|list| format!(" else {}", script(list)));
            format!("if {branches}{} fi", otherwise.unwrap_or_default())
        }
        ShellCommandBody::For(clause) => {
            let name = if clause.select == Some(true) {
                "select"
            } else {
                "for"
            };
            let over = if clause.over_arguments == Some(true) {
                " over-arguments"
            } else {
                ""
            };
            format!(
                "{name} {}{over} in {} do {} done",
                clause.variable,
                join(&clause.words, " ", word),
                script(&clause.body)
            )
        }
        ShellCommandBody::ArithmeticFor(clause) => format!(
            "for (({})) do {} done",
            word(&clause.expressions),
            script(&clause.body)
        ),
        ShellCommandBody::While(clause) => {
            let name = if clause.until == Some(true) {
                "until"
            } else {
                "while"
            };
            format!(
                "{name} {} do {} done",
                script(&clause.condition),
                script(&clause.body)
            )
        }
        ShellCommandBody::Case(clause) => {
            let items = join(&clause.items, " ", |item| {
                let next = item.next.as_deref().unwrap_or(";;");
                format!(
                    "{}) {} {next}",
                    join(&item.patterns, "|", word),
                    script(&item.body)
                )
            });
            format!("case {} in {items} esac", word(&clause.word))
        }
        ShellCommandBody::Function(function) => format!(
            "function {} {}",
            function.name,
            self::command(&function.body)
        ),
        ShellCommandBody::Coproc(coproc) => {
            format!(
                "coproc {}{}",
                coproc
                    .name
                    .as_ref()
                    .map(|name| format!("{name}: "))
                    .unwrap_or_default(),
                self::command(&coproc.body)
            )
        }
        ShellCommandBody::Test(words) => format!("[[ {} ]]", join(words, " ", word)),
        ShellCommandBody::Arithmetic(expression) => format!("(({}))", word(expression)),
        ShellCommandBody::Unknown(text) => format!("unknown<{text}>"),
    };
    for redirect in &command.redirects {
        text.push_str(&format!(" {}", self::redirect(redirect)));
    }
    text
}

fn redirect(redirect: &ShellRedirect) -> String {
    let quoted = if redirect.quoted == Some(true) {
        " quoted"
    } else {
        ""
    };
    let body = redirect
        .body
        .as_ref()
        .map(|body| format!(":{}", word(body)));
    format!(
        "<{}{}{quoted} {}{}>",
        redirect.descriptor.as_deref().unwrap_or_default(),
        redirect.operator,
        word(&redirect.target),
        body.unwrap_or_default()
    )
}

pub fn word(word: &ShellWord) -> String {
    parts(&word.parts)
}

fn parts(parts: &[ShellPart]) -> String {
    join(parts, "·", part)
}

fn part(part: &ShellPart) -> String {
    match part {
        ShellPart::Literal(text) => text.clone(),
        ShellPart::Escaped(text) => format!("\\{text}"),
        ShellPart::SingleQuoted(text) => format!("'{text}'"),
        ShellPart::AnsiQuoted(text) => format!("$'{text}'"),
        ShellPart::DoubleQuoted(inner) => format!("\"{}\"", parts(inner)),
        ShellPart::Translated(inner) => format!("$\"{}\"", parts(inner)),
        ShellPart::Glob(text) => format!("glob<{text}>"),
        ShellPart::Tilde(user) => format!("tilde<{user}>"),
        ShellPart::Parameter(parameter) => self::parameter(parameter),
        ShellPart::Command(list) => format!("$( {} )", script(list)),
        ShellPart::Backquoted(list) => format!("`{}`", script(list)),
        ShellPart::ProcessInput(list) => format!("<( {} )", script(list)),
        ShellPart::ProcessOutput(list) => format!(">( {} )", script(list)),
        ShellPart::Arithmetic(inner) => format!("$(({}))", parts(inner)),
        ShellPart::Brace(brace) => match (&brace.first, &brace.last) {
            (Some(first), Some(last)) => format!(
                "brace<{first}..{last}..{}>",
                brace.step.as_deref().unwrap_or("1")
            ),
            _ => format!("brace<{}>", join(&brace.alternatives, ",", word)),
        },
        ShellPart::Array(elements) => format!(
            "array<{}>",
            join(elements, " ", |element| {
                let index = element
                    .index
                    .as_ref()
                    .map(|index| format!("[{}]=", word(index)));
                format!("{}{}", index.unwrap_or_default(), word(&element.value))
            })
        ),
        ShellPart::Unknown(text) => format!("unknown<{text}>"),
    }
}

fn parameter(parameter: &ShellParameter) -> String {
    let flag = |set: Option<bool>, sign| if set == Some(true) { sign } else { "" };
    let index = if parameter.index.is_empty() {
        String::new()
    } else {
        format!("[{}]", parts(&parameter.index))
    };
    format!(
        "${{{}{}{}{index}{}{}}}",
        flag(parameter.indirect, "!"),
        flag(parameter.length, "#"),
        parameter.name,
        parameter
            .operator
            .as_ref()
            .map(|operator| format!(" {operator} "))
            .unwrap_or_default(),
        parts(&parameter.argument)
    )
}
