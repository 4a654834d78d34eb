//! Texts by name, read as a type of the plugin's own: MCP passes the arguments of prompts and templates as text, also numbers.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, Unexpected, VariantAccess,
    Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};

/// Reads a struct whose fields are texts, numbers, booleans, choices, or options of these.
pub(super) fn read<T: DeserializeOwned>(texts: &BTreeMap<String, String>) -> Result<T, Misread> {
    let fields = texts
        .iter()
        .map(|(name, text)| (name.as_str(), Text { name, text }));
    T::deserialize(MapDeserializer::new(fields))
}

/// Why texts are not what a type is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misread {
    message: String,
    /// Whether a value is at fault, and not the type.
    pub(super) is_unfit: bool,
}

/// One of the texts.
#[derive(Clone, Copy)]
struct Text<'a> {
    name: &'a str,
    text: &'a str,
}

// === impl Text ===

impl IntoDeserializer<'_, Misread> for Text<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $kind:ty)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
                match self.text.parse::<$kind>() {
                    Ok(value) => visitor.$visit(value),
                    Err(_) => Err(self.unfit(&visitor)),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Misread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_str(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        visitor.visit_enum(self)
    }

    parsed! {
        deserialize_bool visit_bool bool
        deserialize_i8 visit_i8 i8
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_f32 visit_f32 f32
        deserialize_f64 visit_f64 f64
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A text that names a variant.
impl<'de> EnumAccess<'de> for Text<'_> {
    type Error = Misread;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Misread> {
        Ok((seed.deserialize(self)?, self))
    }
}

impl<'de> VariantAccess<'de> for Text<'_> {
    type Error = Misread;

    fn unit_variant(self) -> Result<(), Misread> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Misread> {
        Err(self.no_unit())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Misread> {
        Err(self.no_unit())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Misread> {
        Err(self.no_unit())
    }
}

impl Text<'_> {
    fn unfit<'de>(self, visitor: &impl Visitor<'de>) -> Misread {
        let problem: Misread = serde::de::Error::invalid_value(Unexpected::Str(self.text), visitor);
        Misread {
            message: format!("`{}`: {problem}", self.name),
            ..problem
        }
    }

    fn no_unit(self) -> Misread {
        serde::de::Error::custom(format!("`{}`: a choice holds nothing", self.name))
    }
}

// === impl Misread ===

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misread {}

impl serde::de::Error for Misread {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            is_unfit: false,
        }
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self {
            message: format!("invalid value: {unexpected}, expected {expected}"),
            is_unfit: true,
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self {
            message: format!("`{variant}` is none of {}", expected.join(", ")),
            is_unfit: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum State {
        Open,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Query {
        number: u64,
        #[serde(default)]
        exact: bool,
        label: Option<String>,
        state: Option<State>,
        share: Option<f64>,
    }

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn texts_are_read_as_what_the_type_says() {
        let all = [
            ("number", "7"),
            ("exact", "true"),
            ("label", "7"),
            ("state", "open"),
            ("share", "0.5"),
            ("more", "x"),
        ];
        assert_eq!(
            read(&texts(&all)),
            Ok(Query {
                number: 7,
                exact: true,
                label: Some("7".to_owned()),
                state: Some(State::Open),
                share: Some(0.5),
            })
        );
    }

    #[test]
    fn a_value_that_does_not_fit_is_another_thing_than_a_missing_one() {
        let cases = [
            (
                &[("number", "x")][..],
                "`number`: invalid value: string \"x\", expected u64",
                true,
            ),
            (
                &[("number", "1"), ("state", "shut")],
                "`shut` is none of open",
                true,
            ),
            (&[], "missing field `number`", false),
        ];
        for (given, message, is_unfit) in cases {
            let misread = read::<Query>(&texts(given)).unwrap_err();
            assert_eq!(
                (misread.to_string().as_str(), misread.is_unfit),
                (message, is_unfit)
            );
        }
    }
}
