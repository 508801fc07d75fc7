package dev.interlock.effect;

/** What a tool's schema says about a parameter. It decides whether two arguments are the same key. */
public enum ParameterType {
    /** Text: {@code "042"} and {@code "42"} are two keys. A UUID is one key in all its spellings. */
    STRING,
    /**
     * A name from a list: {@code "open"} and {@code "OPEN"} are one key, since both may name the same constant.
     * {@code "open"} is also the same as {@code "OPEN"} of type {@link #STRING}, since a tool may get the constant
     * {@code OPEN}.
     */
    ENUM,
    /** A whole number: {@code 42}, {@code 42.0} and {@code "42"} are one key. */
    INTEGER,
    /** A number: {@code 0.5}, {@code 5e-1} and {@code "0.50"} are one key. */
    NUMBER,
    /** A truth value: {@code true} and {@code "True"} are one key. */
    BOOLEAN,
    /**
     * An array, an object, or an unknown type: two arguments that may be the same key count as the same. They may be if
     * both are the same text, number, truth value, name or UUID by the rules of any other type. Only {@link #ENUM}
     * makes a constant in upper case of a name.
     */
    OTHER
}
