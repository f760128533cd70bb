from django.urls import path
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer
from rest_framework_simplejwt.views import TokenObtainPairView


class Serializer(TokenObtainPairSerializer):
    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["role"] = user.role
        token["tenant"] = user.tenant_id
        return token


urlpatterns = [path("api/token/", TokenObtainPairView.as_view(serializer_class=Serializer))]
