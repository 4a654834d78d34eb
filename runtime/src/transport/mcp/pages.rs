//! Lists in pages. A cursor names the last item of its page, and its plugin, since two may have the same template, so that a list that changes between two pages loses nothing
//! but what was taken out of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rmcp::ErrorData;
use rmcp::model::PaginatedRequestParams;

use crate::engine::Offered;

/// One page of `items`, and the cursor of the next.
pub(super) fn page<T>(
    items: Vec<Offered<T>>,
    request: Option<&PaginatedRequestParams>,
    most: usize,
) -> Result<(Vec<Offered<T>>, Option<String>), ErrorData> {
    let start = match request.and_then(|request| request.cursor.as_deref()) {
        None => 0,
        Some(cursor) => after(&items, cursor).ok_or_else(|| {
            ErrorData::invalid_params(
                "the cursor is none of this list, or the list has changed; begin again without one",
                None,
            )
        })?,
    };
    let left = items.len() - start;
    let page: Vec<_> = items.into_iter().skip(start).take(most.max(1)).collect();
    let more = left > page.len();
    let next = page
        .last()
        .filter(|_| more)
        // No plugin's name has two lines.
        .map(|last| URL_SAFE_NO_PAD.encode(format!("{}\n{}", last.plugin, last.name)));
    Ok((page, next))
}

fn after<T>(items: &[Offered<T>], cursor: &str) -> Option<usize> {
    let named = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (plugin, name) = named.split_once('\n')?;
    let place = items
        .iter()
        .position(|item| item.plugin == plugin && item.name == name)?;
    Some(place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: usize) -> Vec<Offered<()>> {
        let item = |number| Offered {
            plugin: "p".to_owned(),
            name: format!("p_{number}"),
            item: (),
        };
        (0..count).map(item).collect()
    }

    fn asked(cursor: &str) -> PaginatedRequestParams {
        serde_json::from_value(serde_json::json!({ "cursor": cursor })).unwrap()
    }

    #[test]
    fn pages_cover_the_list_once() {
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let request = cursor.as_deref().map(asked);
            let (page, next) = page(items(7), request.as_ref(), 3).unwrap();
            seen.extend(page.into_iter().map(|item| item.name));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        let all: Vec<_> = items(7).into_iter().map(|item| item.name).collect();
        assert_eq!(seen, all);
    }

    #[test]
    fn two_plugins_may_offer_the_same() {
        let both = || {
            let item = |plugin: &str| Offered {
                plugin: plugin.to_owned(),
                name: "a://{x}".to_owned(),
                item: (),
            };
            vec![item("a"), item("b"), item("c")]
        };
        let (_, next) = page(both(), None, 2).unwrap();
        let (rest, next) = page(both(), Some(&asked(&next.unwrap())), 2).unwrap();
        let plugins: Vec<_> = rest.iter().map(|item| item.plugin.as_str()).collect();
        assert_eq!((plugins, next), (vec!["c"], None));
    }

    #[test]
    fn a_full_page_that_is_the_last_has_no_cursor() {
        let (first, next) = page(items(3), None, 3).unwrap();
        assert_eq!((first.len(), next), (3, None));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        for cursor in ["", "!", "cF8x", "cApwXzk"] {
            assert!(page(items(3), Some(&asked(cursor)), 3).is_err(), "{cursor}");
        }
    }
}
