package dev.interlock.effect;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether a computation gets all that it computes with as arguments. If it does not, it computes with what is
 * stored elsewhere: "the cart total" with nothing but a tax rate.
 */
final class Operands {

    /** Last words of parameters that say how to compute, and not with what. */
    private static final Set<String> OPTIONS = WordList.of("""
            year years month months quarter quarters week weeks limit window precision round rate discount decimals places off \
            unit units method mode format system separator delimiter interval top count page offset threshold min max \
            minimum maximum length size start end width order to level""");

    /** Options that hold digits, but are the value if they are a text. */
    private static final Set<String> DIGITS = WordList.of("digit digits");

    /** What people measure and pay: a number with such a name is hardly ever a key. */
    private static final Set<String> QUANTITIES = WordList.of("""
            radius diameter height weight mass velocity speed acceleration gravity distance time duration voltage \
            resistance inductance capacitance concentration temperature temp pressure volume density energy force frequency angle area \
            principal amount income salary wage revenue expenses investment payment payout price celsius fahrenheit kelvin \
            miles kilometers meters feet inches pounds kilograms""");

    /** Things of which a tool may compute something without looking them up. */
    private static final Set<String> ABSTRACT = WordList.of("""
            number integer value string text word sentence phrase paragraph digit list array matrix matrices vector series \
            sequence set dataset function expression equation polynomial formula fraction triangle circle rectangle square \
            sphere cylinder cone cube polygon side base line curve point origin angle hand distribution interval \
            decimal length""");

    /** Verbs that need two operands. */
    private static final Set<String> ARITHMETIC = WordList.of("""
            add adds adding subtract subtracts subtracting sum sums summing multiply multiplies multiplying divide divides \
            dividing""");

    private static final Set<String> NUMBERS = WordList.of("""
            number integer decimal fraction value vector matrix matrices polynomial array list sequence""");

    /** Objects that no number can hold. */
    private static final Set<String> TEXTS_AND_LISTS = WordList.of("""
            string text word sentence phrase paragraph letter character list array matrix matrices vector""");

    private static final Set<String> PLACES = WordList.of("of in on at");
    private static final Set<String> MARKED = WordList.of("a an");
    private static final Set<String> OWNING = WordList.of("of for by");

    /** Things that have a state which other tools change. */
    private static final Set<String> STORES = WordList.of("""
            cart basket portfolio wallet inventory queue warehouse game board budget balance document note screen project led \
            display leaderboard playlist""");

    /** Names of parameters whose text is the value itself: it is a sentence, an expression or a number. */
    private static final Set<String> TEXTS = WordList.of("""
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
    private static final Set<String> LISTS = WordList.of("list lists array arrays dataset datasets sample samples set");

    /** Names of a choice between ways to compute, unless the sentence makes it the thing to compute with. */
    private static final Set<String> CHOICES = WordList.of("system mode format");

    /** Names of a term in mathematics, whose text is a value only for mathematics. */
    private static final Set<String> TERMS = WordList.of("function variable");

    private static final Map<String, Lexicon.Word> CALCULUS = Lexicon.forms("integrate differentiate solve derive");
    private static final Set<String> CALCULATED = WordList.of("""
            derivative derivatives differentiation integral integrals integration interpolation root roots gradient slope \
            area limit maximum minimum""");

    /** Letters of what tells two values apart: {@code text_one}, {@code unit_out}. */
    private static final int LONGEST_NUMBER = 3;

    private Operands() {}

    /** {@code text}, {@code numbers}, {@code list1}, {@code x}, {@code dataset_b}. */
    static boolean isValueName(String word) {
        return isOneOf(word, TEXTS) || isOneOf(word, STRUCTURES) || isOneOf(word, TERMS);
    }

    /**
     * Whether a parameter that is no number surely holds a value. A text may also be the key of a stored value:
     * {@code dataset} is the data only if its type is not a text.
     */
    static boolean isValue(List<String> words, ParameterType type, Sentence s) {
        String last = words.get(words.size() - 1);
        if (type != ParameterType.STRING) {
            return isValueName(last) || isValueName(words.get(0));
        }
        boolean numbered = words.stream().skip(1).allMatch(word -> word.length() <= LONGEST_NUMBER);
        return isOneOf(last, TEXTS)
                || (isOneOf(words.get(0), TEXTS) && numbered)
                || (CHOICES.contains(last) && !s.speaksOf(last))
                || (isOneOf(last, TERMS) && isCalculus(s));
    }

    /** "The derivative of a function", but not "the complexity of a function", which may be one in a repository. */
    private static boolean isCalculus(Sentence s) {
        return CALCULUS.containsKey(s.at(s.head())) || s.has(CALCULATED, s.head() + 1, s.size());
    }

    private static boolean isOneOf(String word, Set<String> names) {
        String name = word.replaceFirst("[0-9]+$", "");
        return name.length() <= 1 || names.contains(name) || names.contains(Nouns.singular(name));
    }

    /** Whether the arguments hold the operands of a computation that the sentence names. */
    static boolean areGiven(Sentence s, Map<String, ParameterType> parameters) {
        if (speaksOfStored(s, parameters)) {
            return false;
        }
        long numbers = parameters.entrySet().stream()
                .filter(each -> isNumber(each.getValue()) && !isOption(each.getKey(), each.getValue()))
                .filter(each -> each.getValue() == ParameterType.NUMBER || !isKey(each.getKey(), s))
                .count();
        return numbers >= 2
                || parameters.entrySet().stream().anyMatch(each -> isOperand(each.getKey(), each.getValue(), s));
    }

    /** Whether the arguments hold the value that a verb such as "sort" or "add" transforms. */
    static boolean holdObject(Sentence s, Map<String, ParameterType> parameters) {
        if (!areGiven(s, parameters)) {
            return false;
        }
        boolean values = parameters.values().stream()
                .anyMatch(type -> type == ParameterType.OTHER || type == ParameterType.STRING);
        long operands = parameters.entrySet().stream()
                .filter(each -> !isOption(each.getKey(), each.getValue()))
                .count();
        if (ARITHMETIC.contains(s.at(s.head()))) {
            boolean named = parameters.keySet().stream().anyMatch(name -> name.length() > 1 && s.hasAsObject(name));
            boolean array = parameters.containsValue(ParameterType.OTHER);
            return (operands >= 2 || array) && (named || objectIs(s, NUMBERS));
        }
        return operands >= 1 && (values || !objectIs(s, TEXTS_AND_LISTS));
    }

    private static boolean isOperand(String parameter, ParameterType type, Sentence s) {
        if (isOption(parameter, type)) {
            return false;
        }
        if (!isNumber(type) || isValueName(lastWord(parameter))) {
            return true;
        }
        boolean quantity = ToolName.words(parameter).stream().anyMatch(QUANTITIES::contains);
        return quantity || (type == ParameterType.NUMBER && mentions(s, parameter));
    }

    private static boolean isNumber(ParameterType type) {
        return type == ParameterType.INTEGER || type == ParameterType.NUMBER;
    }

    private static boolean isOption(String parameter, ParameterType type) {
        if (type == ParameterType.BOOLEAN || type == ParameterType.ENUM) {
            return true;
        }
        List<String> words = ToolName.words(parameter);
        String last = lastWord(parameter);
        boolean measured = words.size() > 1 && words.stream().anyMatch(QUANTITIES::contains);
        boolean digits = isNumber(type) && DIGITS.contains(last);
        boolean size = words.size() == 1 && QUANTITIES.contains(last) && !OPTIONS.contains(last);
        return !size && (digits || (OPTIONS.contains(last) && !measured));
    }

    private static boolean mentions(Sentence s, String parameter) {
        return ToolName.words(parameter).stream().anyMatch(word -> word.length() > 2 && s.speaksOf(word));
    }

    /** "The rating of a movie", with an integer {@code movie}: the number of one. */
    private static boolean isKey(String parameter, Sentence s) {
        List<String> words = ToolName.words(parameter);
        if (words.size() != 1 || QUANTITIES.contains(words.get(0))) {
            return false;
        }
        for (int i = s.head() + 1; i + 2 < s.size(); i++) {
            if (OWNING.contains(s.at(i)) && MARKED.contains(s.at(i + 1)) && Nouns.areAlike(s.at(i + 2), words.get(0))) {
                return true;
            }
        }
        return false;
    }

    /** "The total of the cart", "the cart total": a thing that no parameter holds. */
    private static boolean speaksOfStored(Sentence s, Map<String, ParameterType> parameters) {
        for (int i = s.head() + 1; i < s.size(); i++) {
            boolean definite = PLACES.contains(s.at(i)) && s.at(i + 1).equals("the");
            if ((definite && !isAbstract(s, i + 2, parameters)) || isStoredList(s, i, parameters)) {
                return true;
            }
            if (STORES.contains(Nouns.singular(s.at(i))) && !isParameter(s.at(i), parameters)) {
                return true;
            }
        }
        return false;
    }

    /** "Reverses the list", where no argument is a list: one that another call has made. */
    private static boolean isStoredList(Sentence s, int i, Map<String, ParameterType> parameters) {
        if (!s.at(i).equals("the") || parameters.containsValue(ParameterType.OTHER)) {
            return false;
        }
        int end = i + 1;
        while (end < s.size() && !Grammar.NO_OBJECT.contains(s.at(end))) {
            end++;
        }
        return s.has(LISTS, i + 1, end);
    }

    private static boolean isAbstract(Sentence s, int from, Map<String, ParameterType> parameters) {
        for (int i = from; i < s.size() && !Grammar.NO_OBJECT.contains(s.at(i)); i++) {
            if (ABSTRACT.contains(Nouns.singular(s.at(i))) || isParameter(s.at(i), parameters)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isParameter(String noun, Map<String, ParameterType> parameters) {
        return parameters.entrySet().stream()
                .filter(each -> !isOption(each.getKey(), each.getValue()))
                .filter(each -> each.getValue() != ParameterType.INTEGER || QUANTITIES.contains(Nouns.singular(noun)))
                .anyMatch(each -> ToolName.words(each.getKey()).stream().anyMatch(word -> Nouns.areAlike(word, noun)));
    }

    private static boolean objectIs(Sentence s, Set<String> nouns) {
        for (int i = s.head() + 1; i < s.objectEnd(); i++) {
            if (nouns.contains(s.at(i)) || nouns.contains(Nouns.singular(s.at(i)))) {
                return true;
            }
        }
        return false;
    }

    private static String lastWord(String parameter) {
        List<String> words = ToolName.words(parameter);
        return words.isEmpty() ? "" : words.get(words.size() - 1);
    }
}
