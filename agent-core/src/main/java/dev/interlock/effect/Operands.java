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
    private static final Set<String> OPTIONS = Lexicon.set("""
            year years month months quarter quarters week weeks limit window precision round rate discount decimals places off \
            unit units method mode format system separator delimiter interval top count page offset threshold min max \
            minimum maximum length size start end width order to level""");

    /** Options that hold digits, but are the value if they are a text. */
    private static final Set<String> DIGITS = Lexicon.set("digit digits");

    /** What people measure and pay: a number with such a name is hardly ever a key. */
    private static final Set<String> QUANTITIES = Lexicon.set("""
            radius diameter height weight mass velocity speed acceleration gravity distance time duration voltage \
            resistance inductance capacitance concentration temperature temp pressure volume density energy force frequency angle area \
            principal amount income salary wage revenue expenses investment payment payout price celsius fahrenheit kelvin \
            miles kilometers meters feet inches pounds kilograms""");

    /** Things of which a tool may compute something without looking them up. */
    private static final Set<String> ABSTRACT = Lexicon.set("""
            number integer value string text word sentence phrase paragraph digit list array matrix matrices vector series \
            sequence set dataset function expression equation polynomial formula fraction triangle circle rectangle square \
            sphere cylinder cone cube polygon side base line curve point origin angle hand distribution interval \
            decimal length""");

    /** Verbs that need two operands. */
    private static final Set<String> ARITHMETIC = Lexicon.set("""
            add adds adding subtract subtracts subtracting sum sums summing multiply multiplies multiplying divide divides \
            dividing""");

    private static final Set<String> NUMBERS = Lexicon.set("""
            number integer decimal fraction value vector matrix matrices polynomial array list sequence""");

    /** Objects that no number can hold. */
    private static final Set<String> TEXTS_AND_LISTS = Lexicon.set("""
            string text word sentence phrase paragraph letter character list array matrix matrices vector""");

    private static final Set<String> PLACES = Lexicon.set("of in on at");
    private static final Set<String> MARKED = Lexicon.set("a an");
    private static final Set<String> OWNING = Lexicon.set("of for by");

    /** Things that have a state which other tools change. */
    private static final Set<String> STORES = Lexicon.set("""
            cart basket portfolio wallet inventory queue warehouse game board budget balance document note screen project led \
            display leaderboard playlist""");

    /** Names of a text or a list that is a value. */
    private static final Set<String> VALUE_NAMES = Lexicon.set("""
            text string str word sentence phrase paragraph expression equation formula polynomial function variable unit \
            operation operator matrix vector list array arr number num value data point coefficient coordinate coord limit \
            interval sequence digit angle base hex rgb flow constant system term precision separator delimiter method mean median sample dataset""");

    private Operands() {}

    /** {@code text}, {@code numbers}, {@code list1}, {@code x}, {@code dataset_b}. */
    static boolean isValueName(String word) {
        String name = word.replaceFirst("[0-9]+$", "");
        return name.length() <= 1 || VALUE_NAMES.contains(name) || VALUE_NAMES.contains(Nouns.singular(name));
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
            if (definite && !isAbstract(s, i + 2, parameters)) {
                return true;
            }
            if (STORES.contains(Nouns.singular(s.at(i))) && !isParameter(s.at(i), parameters)) {
                return true;
            }
        }
        return false;
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
