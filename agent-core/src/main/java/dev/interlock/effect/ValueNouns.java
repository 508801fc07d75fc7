package dev.interlock.effect;

import java.util.Set;

/** Nouns, all singular, for what a computation may get as an argument: numbers, quantities, texts, lists. */
final class ValueNouns {

    /** What people measure and pay: a number with such a name is hardly ever a key. */
    static final Set<String> QUANTITIES = WordList.of("""
            radius diameter height weight mass velocity speed acceleration gravity distance time duration voltage \
            resistance inductance capacitance concentration temperature temp pressure volume density energy force frequency angle area \
            principal amount income salary wage revenue expenses investment payment payout price celsius fahrenheit kelvin \
            miles kilometers meters feet inches pounds kilograms""");

    /**
     * Nouns of whole numbers that are the value itself. A whole number with any other name may be a key: {@code shelf},
     * {@code point_a}.
     */
    private static final Set<String> NUMERIC = WordList.of("""
            number num integer int value val digit decimal numerator denominator dividend divisor multiplier multiplicand \
            addend minuend subtrahend exponent power modulus modulo coefficient coeff base side angle degree percent \
            percentage factor ratio rate discount probability age first second left right coordinate coord \
            hour minute days operand augend remainder depth perimeter circumference diagonal cost wage tax""");

    /** Things in physics that a computation names, but whose masses and charges it gets. */
    private static final Set<String> BODIES = WordList.of("body bodies object mass charge particle");

    /** Things of which a tool may compute something without looking them up. */
    static final Set<String> ABSTRACT = WordList.of("""
            number integer value string text word sentence phrase paragraph digit list array matrix matrices vector series \
            sequence set dataset function expression equation polynomial formula fraction triangle circle rectangle square \
            sphere cylinder cone cube polygon side base line curve point origin angle hand distribution interval \
            decimal length""");

    /** Objects that no number can hold. */
    static final Set<String> TEXTS_AND_LISTS = WordList.of("""
            string text word sentence phrase paragraph letter character list array matrix matrices vector""");

    /** Names of parameters whose text is the value itself: it is a sentence, an expression or a number. */
    static final Set<String> TEXTS = WordList.of("""
            text string str word sentence phrase paragraph expression equation polynomial formula unit operator \
            number num value coefficient coordinate coord digit hex rgb precision separator delimiter method""");

    /**
     * Names of values with parts. A text of such a name may be the name of a stored one, so only an array, an object or
     * an unknown type is the value.
     */
    private static final Set<String> STRUCTURES = WordList.of("""
            matrix vector list array arr point sequence interval sample dataset data mean median limit angle constant system \
            term base flow operation""");

    /** Values with parts that tools store under a name. */
    static final Set<String> LISTS = WordList.of("list lists array arrays dataset datasets sample samples set");

    /** Names of a term in mathematics, whose text is a value only for mathematics. */
    static final Set<String> TERMS = WordList.of("function variable");

    private ValueNouns() {}

    /** {@code text}, {@code numbers}, {@code list1}, {@code x}, {@code matrix_b}. */
    static boolean isValueName(String noun) {
        return isLetter(noun) || isOneOf(noun, TEXTS) || isOneOf(noun, STRUCTURES) || isOneOf(noun, TERMS);
    }

    static boolean isLetter(String noun) {
        return noun.length() <= 1;
    }

    static boolean isNumeric(String noun) {
        return Nouns.isOneOf(noun, NUMERIC) || Nouns.isOneOf(noun, QUANTITIES);
    }

    /** Whether a noun stands for a value: a number, a quantity, a text, a list. */
    static boolean isValueNoun(String noun) {
        return isNumeric(noun)
                || Nouns.isOneOf(noun, ABSTRACT)
                || Nouns.isOneOf(noun, TEXTS_AND_LISTS)
                || Nouns.isOneOf(noun, LISTS)
                || Nouns.isOneOf(noun, BODIES)
                || isOneOf(noun, TEXTS)
                || isOneOf(noun, STRUCTURES);
    }

    static boolean isOneOf(String word, Set<String> names) {
        return Nouns.isOneOf(ParameterNoun.withoutDigits(word), names);
    }
}
