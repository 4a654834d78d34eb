//! Regular expressions, as far as `pkill` and its like are given them: whether one finds a name.

/// How long an expression may be that is tried; a longer one finds nothing.
const LENGTH_MAX: usize = 64;

/// One element of an expression, and how often it may come.
struct Element {
    one_of: Option<Vec<char>>,
    negated: bool,
    optional: bool,
    repeated: bool,
}

/// Whether an expression that names something finds it in a name. Groups are read as if they were not there.
pub(super) fn finds(expression: &str, name: &str) -> bool {
    if expression.len() > LENGTH_MAX || !expression.contains(char::is_alphabetic) {
        return false;
    }
    let name: Vec<char> = name.chars().collect();
    let expression = expression.replace(['(', ')'], "");
    expression
        .split('|')
        .filter(|alternative| !alternative.is_empty())
        .any(|alternative| {
            let from_start = alternative.starts_with('^');
            let to_end = alternative.ends_with('$') && !alternative.ends_with("\\$");
            let inner = alternative.trim_start_matches('^').trim_end_matches('$');
            let elements = elements(inner);
            let last = if from_start { 0 } else { name.len() };
            (0..=last).any(|at| fits_at(&elements, &name, at, to_end))
        })
}

/// Works out, element by element, the places up to which the name is used up.
fn fits_at(elements: &[Element], name: &[char], at: usize, to_end: bool) -> bool {
    let mut places = vec![false; name.len() + 1];
    places[at] = true;
    for element in elements {
        let mut next = vec![false; name.len() + 1];
        for place in 0..=name.len() {
            let reached = places[place] && element.optional || next[place] && element.repeated;
            let before = places[place] || next[place] && element.repeated;
            next[place] |= reached;
            if before && name.get(place).is_some_and(|c| element.is(*c)) {
                next[place + 1] = true;
            }
        }
        places = next;
    }
    if to_end {
        places[name.len()]
    } else {
        places.contains(&true)
    }
}

fn elements(expression: &str) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    let mut rest = expression.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' | '+' | '?' => {
                if let Some(last) = elements.last_mut() {
                    last.optional = c != '+';
                    last.repeated = c != '?';
                }
            }
            '.' => elements.push(Element::of(None)),
            '\\' => elements.push(Element::of(rest.next().map(|c| vec![c]))),
            '[' => {
                let negated = rest.next_if_eq(&'^').is_some();
                let inner: String = rest.by_ref().take_while(|c| *c != ']').collect();
                elements.push(Element {
                    negated,
                    ..Element::of(Some(ranges(&inner)))
                });
            }
            c => elements.push(Element::of(Some(vec![c]))),
        }
    }
    elements
}

fn ranges(inner: &str) -> Vec<char> {
    let characters: Vec<char> = inner.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if let Some([first, '-', last]) = characters.get(at..at + 3)
            && last.is_ascii()
        {
            all.extend(*first..=*last);
            at += 3;
        } else {
            all.push(characters[at]);
            at += 1;
        }
    }
    all
}

// === impl Element ===

impl Element {
    fn of(one_of: Option<Vec<char>>) -> Self {
        Self {
            one_of,
            negated: false,
            optional: false,
            repeated: false,
        }
    }

    fn is(&self, c: char) -> bool {
        match &self.one_of {
            Some(characters) => characters.contains(&c) != self.negated,
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::finds;

    #[test]
    fn an_expression_finds_what_it_fits() {
        for (expression, expected) in [
            ("sinew", true),
            ("s[i]new", true),
            ("sine", true),
            ("^sin.*", true),
            ("si?new$", true),
            ("node|sine+w", true),
            ("[r-t]i", true),
            ("sinewy", false),
            ("^new", false),
            ("[^s]inew", false),
            ("node", false),
            (".*", false),
            ("", false),
        ] {
            assert_eq!(finds(expression, "sinew"), expected, "{expression}");
        }
    }
}
