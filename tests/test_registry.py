"""Registry: names, aliases, errors, and the round trip through JSON."""

import json
from fractions import Fraction

import numpy as np
import pytest

import nnfit
from nnfit import registry as registry_module
from nnfit.registry import (
    Registry,
    custom_object_scope,
    deserialize_object,
    get_registered_name,
    get_registered_object,
    register_serializable,
    serialize_object,
)


class Shape:
    def __init__(self, sides=3, inner=None):
        self.sides = sides
        self.inner = inner

    def get_config(self):
        return {"sides": self.sides, "inner": self.inner}

    @classmethod
    def from_config(cls, config):
        config["inner"] = deserialize_object(config["inner"])
        return cls(**config)


class RegularPolygon(Shape):
    pass


def regular_polygon(sides):
    return sides


@pytest.fixture
def family():
    family = Registry("nnfit.shapes", Shape)
    family.register(regular_polygon)
    family.register(RegularPolygon, aliases=("ngon", "NGON"))
    family.register(Shape)
    yield family
    del registry_module._families["nnfit.shapes"]


def through_json(value):
    return json.loads(json.dumps(value))


def test_each_spelling_finds_its_object(family):
    assert isinstance(family.get("RegularPolygon"), RegularPolygon)
    assert isinstance(family.get("ngon"), RegularPolygon)
    assert isinstance(family.get("NGON"), RegularPolygon)
    assert type(family.get("shape")) is Shape


def test_a_function_registered_first_keeps_the_snake_case_name(family):
    assert family.get("regular_polygon") is regular_polygon


def test_a_lazily_registered_class_is_imported_when_asked_for(family):
    family.register_lazily("colorsys_of_tests", ["Missing"])
    family.register_lazily("fractions", ["Fraction"], {"Fraction": ("ratio",)})
    assert {"Fraction", "fraction", "ratio"} <= set(family.names())
    assert family.find("ratio") is family.find("Fraction") is family.find("fraction") is Fraction
    with pytest.raises(ModuleNotFoundError):
        family.find("missing")
    with pytest.raises(ValueError, match="'ngon' is already taken"):
        family.register_lazily("fractions", ["ngon"])


def test_a_taken_name_is_refused(family):
    with pytest.raises(ValueError, match=r"\[shapes\] the name 'ngon' is already taken"):
        family.register(Shape, aliases=("ngon",))


def test_get_passes_objects_and_functions_through_and_calls_classes(family):
    shape = Shape(5)
    assert family.get(shape) is shape
    assert family.get(regular_polygon) is regular_polygon
    assert type(family.get(Shape)) is Shape
    assert family.get(None) is None


@pytest.mark.parametrize("wrong", [3, 2.5, ["shape"]])
def test_get_refuses_what_is_not_of_the_family(family, wrong):
    with pytest.raises(TypeError, match=r"\[shapes\] expected a name, a configuration or a Shape; got"):
        family.get(wrong)


def test_plain_callables_are_refused_where_only_objects_are_members():
    family = Registry("nnfit.only_objects", Shape, functions=False)
    try:
        with pytest.raises(TypeError, match="only_objects"):
            family.get(regular_polygon)
    finally:
        del registry_module._families["nnfit.only_objects"]


def test_an_unknown_name_lists_the_known_ones_nearest_first(family):
    with pytest.raises(ValueError, match=r"unknown name 'ngom'.*nearest first: ngon, ") as caught:
        family.get("ngom")
    for name in ("ngon", "regular_polygon"):
        assert name in str(caught.value)
    assert "hape" in str(caught.value)


def test_objects_round_trip_through_json(family):
    description = through_json(family.serialize(RegularPolygon(7)))
    assert description == {
        "module": "nnfit.shapes",
        "class_name": "RegularPolygon",
        "config": {"sides": 7, "inner": None},
        "registered_name": None,
    }
    copy = family.get(description)
    assert type(copy) is RegularPolygon
    assert copy.sides == 7


def test_functions_of_the_family_serialize_to_their_name(family):
    assert family.serialize(regular_polygon) == "regular_polygon"
    assert family.deserialize("regular_polygon") is regular_polygon


def test_nested_values_round_trip(family):
    table = np.array([[1.5, 2.0]], dtype="float32")
    shape = Shape(np.int64(4), inner=[RegularPolygon(6), regular_polygon, table, {"a": (1, 2)}])
    copy = deserialize_object(through_json(serialize_object(shape)))
    polygon, function, array, mapping = copy.inner
    assert copy.sides == 4
    assert type(polygon) is RegularPolygon
    assert polygon.sides == 6
    assert function is regular_polygon
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, table)
    assert mapping == {"a": [1, 2]}


def test_registered_classes_are_found_from_any_family(family):
    @register_serializable("test_package")
    class Blob(Shape):
        pass

    assert get_registered_name(Blob) == "test_package>Blob"
    assert get_registered_object("test_package>Blob") is Blob
    description = through_json(serialize_object(Blob(9)))
    assert description["registered_name"] == "test_package>Blob"
    assert type(deserialize_object(description)) is Blob
    assert type(family.deserialize(description)) is Blob
    assert type(family.get("test_package>Blob")) is Blob


def test_registering_needs_get_config():
    with pytest.raises(TypeError, match="Plain needs a `get_config` method"):
        register_serializable()(type("Plain", (), {}))


def test_custom_objects_are_found_in_their_scope_only(family):
    class Local(Shape):
        pass

    description = through_json(family.serialize(Local(2)))
    with pytest.raises(ValueError, match="unknown name 'Local'"):
        family.deserialize(description)
    assert type(family.deserialize(description, custom_objects={"Local": Local})) is Local
    with custom_object_scope({"Local": Local}):
        assert type(deserialize_object(description)) is Local
    with pytest.raises(ValueError, match="unknown name 'Local'"):
        deserialize_object(description)


def test_custom_objects_reach_nested_objects(family):
    class Inside(Shape):
        pass

    description = through_json(serialize_object(Shape(1, inner=Inside(2))))
    copy = deserialize_object(description, custom_objects={"Inside": Inside})
    assert type(copy.inner) is Inside


def test_a_class_of_ones_own_is_not_taken_for_one_of_the_library():
    class Zeros(Shape):
        pass

    description = through_json(serialize_object(Zeros(2)))
    with pytest.raises(ValueError, match="unknown name 'Zeros'"):
        nnfit.initializers.deserialize(description)
    assert type(nnfit.initializers.deserialize(description, {"Zeros": Zeros})) is Zeros


def test_a_function_registered_elsewhere_is_found_among_custom_objects():
    description = {"module": "m", "class_name": "function", "config": "twice", "registered_name": "elsewhere>twice"}
    assert deserialize_object(description, {"twice": regular_polygon}) is regular_polygon


def test_a_configuration_cannot_import_a_module():
    with pytest.raises(ValueError, match="unknown name 'Popen'"):
        deserialize_object({"module": "subprocess", "class_name": "Popen", "config": {"args": ["true"]}})


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (lambda: 0, ValueError, "a lambda has no name"),
        (object(), TypeError, "cannot describe a object"),
        (Shape, TypeError, "cannot describe a type"),
    ],
)
def test_what_cannot_be_described_says_so(value, error, words):
    with pytest.raises(error, match=words):
        serialize_object(value)


@pytest.mark.parametrize("config", [{}, {"class_name": 3}, [1]])
def test_a_configuration_without_a_class_is_refused(family, config):
    with pytest.raises(ValueError, match=r"\[shapes\] expected a configuration with a 'class_name'"):
        family.deserialize(config)


def test_a_configuration_that_names_a_function_as_a_class_is_refused(family):
    with pytest.raises(ValueError, match="names a function, not a class"):
        family.deserialize({"class_name": "regular_polygon", "config": {}})
