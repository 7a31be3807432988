import pytest
from django.urls import reverse
from django.contrib import admin
from educa.accounts.tests.factories import *
from educa.courses.tests.factories import *
@pytest.mark.django_db
def test_all(admin_client):
    for kind in ["text","file","image","video"]:
        make_content(kind=kind)
    make_attachment()
    make_captions()
    for model, ma in admin.site._registry.items():
        base=f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        for n in ["changelist","add"]:
            if (model.__name__,n)==("Content","add"): continue
            r=admin_client.get(reverse(base+n))
            print(model.__name__, n, r.status_code)
            assert r.status_code==200 or n=="add"
        for o in model._default_manager.all()[:1]:
            r=admin_client.get(reverse(base+"change",args=[o.pk]))
            assert r.status_code==200
            r=admin_client.get(reverse(base+"delete",args=[o.pk]))
            assert r.status_code in (200,403)
        r=admin_client.get(reverse(base+"changelist")+"?q=a")
        assert r.status_code==200
